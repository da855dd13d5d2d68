"""Imported once by the process from which judges are forked: what each would compute again."""

import nbformat

from autograders.judging import closure

nbformat.validate(nbformat.v4.new_notebook())  # compiles the schema
closure.package_folders()
closure.readable()
closure.system_links()
