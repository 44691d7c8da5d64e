# Deleted the cell of exercise 2.
# like: ada
# missing: UNQ_C2
