# Nothing written: the release as it was.
