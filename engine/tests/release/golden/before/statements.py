# UNQ_C1
def f(a, items):
    """Docs stay."""
    given = 1  # given code stays
    ### START CODE HERE ###
    # A comment stays
    x = a + 1
    y, z = (a,
            2)
    items[0] = x  # one at the end of a line goes
    a.attribute = x
    x += 3
    n: int = 4
    later: str
    print(x)
    import os
    assert x
    pass
    known = 5  # @keep
    noted = 6  # why @keep matters # @keep
    # goes with the line below
    secret = 7  # @drop
    return x
    ### END CODE HERE ###
    return given
