// The lists of the bag.
import '../../../widgets/for-cart/for-cart.element.ts';
import '../../../widgets/trending/trending.element.ts';
