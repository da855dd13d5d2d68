from autograders.catalogue import page

print(page())
