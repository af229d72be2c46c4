"""How dates are printed where Django's own way differs from the rest of the product."""
