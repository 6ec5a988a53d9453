"""A library."""


def main():
    print("tiny")
