"""The judge, the line to the kernel, and the box in which a student's code runs."""
