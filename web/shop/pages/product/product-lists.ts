// The lists below a product.
import '../../../widgets/bought-together/bought-together.element.ts';
import '../../../widgets/bundle/bundle.element.ts';
import '../../../widgets/recently-viewed/recently-viewed.element.ts';
import '../../../widgets/similar-products/similar-products.element.ts';
import '../../../widgets/trending/trending.element.ts';
import '../../../widgets/you-may-like/you-may-like.element.ts';
