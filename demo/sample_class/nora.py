# All correct; copied a test cell by accident.
# like: ada
# twice: ex4-test
