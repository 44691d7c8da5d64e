# UNQ_C2
def g(labels, chosen):
    ### START CODE HERE (REPLACE INSTANCES OF 'None' with your code) ###
    for i in None: # complete this line
        # inside
        if None: # complete this line
            w = None

            ### END CODE HERE ###
            print(w)
        elif i:
            pass
    while True:
        break


def h(path):
    ### START CODE HERE (REPLACE INSTANCES OF 'None' with your code) ###
    with None as file, None: # complete this line
        text = None
    while None: # complete this line
        text = None
        continue
    for a, b in None: None
    for kept in pairs:  # in order
        value = None
    try:
        value = None
    except None: # complete this line
        value = None

    def inner(k):
        """What inner does."""
        return None

    ### END CODE HERE ###
    return value
