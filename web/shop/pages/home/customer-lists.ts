// The lists of the home page that only customers see.
import '../../../widgets/buy-again/buy-again.element.ts';
import '../../../widgets/personalized/personalized.element.ts';
