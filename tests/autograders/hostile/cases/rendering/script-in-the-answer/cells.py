# %% question
`</code></pre><script>alert(1)</script>` and ``<img src=x onerror=alert(1)>``

| <script>alert(1)</script> | [x](# "><img src=x onerror=alert(1)>") |
|-|-|
| $\text{</script><script>alert(1)</script>}$ | ![x](x" onerror="alert(1)) |

$$\begin{align}<img src=x onerror=alert(1)>\end{align}$$
