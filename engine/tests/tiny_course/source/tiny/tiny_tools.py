"""What the tiny course gives to its notebooks: public, imported by them."""


def halve(values):
    return values / 2
