"""Convolutional and recurrent networks, forward and backward, readable and fast."""

from npfl.convolution import conv2d, conv2d_backward, convolve1d, correlate2d, output_size

__all__ = ["conv2d", "conv2d_backward", "convolve1d", "correlate2d", "output_size"]
