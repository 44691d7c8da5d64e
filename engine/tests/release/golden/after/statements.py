# UNQ_C1
def f(a, items):
    """Docs stay."""
    given = 1  # given code stays
    ### START CODE HERE (REPLACE INSTANCES OF 'None' with your code) ###
    # A comment stays
    x = None
    y, z = None
    items[0] = None
    a.attribute = None
    x += None
    n: int = None
    later: str
    None
    None
    None
    pass
    known = 5
    noted = 6  # why @keep matters
    return None
    ### END CODE HERE ###
    return given
