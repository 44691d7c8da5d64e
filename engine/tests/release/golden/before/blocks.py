# UNQ_C2
def g(labels, chosen):
    ### START CODE HERE ###
    for i in range(len(labels)): # complete this line
        # inside
        if labels[i] in chosen:
            w = call(i)

            ### END CODE HERE ###
            print(w)
        elif i:
            pass
    while True:
        break


def h(path):
    ### START CODE HERE ###
    with open(path) as file, lock:
        text = file.read()
    while text:  # until it is empty
        text = text[1:]
        continue
    for a, b in pairs: use(a)  # the first alone
    for kept in pairs:  # in order # @keep
        value = kept
    try:  # a number
        value = int(text)
    except ValueError:
        value = 0

    def inner(k):
        """What inner does."""
        return k * 2

    ### END CODE HERE ###
    return value
