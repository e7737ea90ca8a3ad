"""The desk: where authors write and the owner sees to the house."""
