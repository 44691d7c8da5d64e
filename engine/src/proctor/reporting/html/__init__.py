"""What all HTML pages share: the template engine, its filters, and the templates themselves."""
