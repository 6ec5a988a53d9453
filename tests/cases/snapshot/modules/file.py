"""Keeps a file open."""

file = open(__file__)
