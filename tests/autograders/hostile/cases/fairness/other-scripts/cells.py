# %% convolve1d
def свёртка(сигнал, ядро, *, 信号=None):
    """畳み込み 𝔽∗𝔾 🙂 — «ядро» переворачивается, مرحبا"""
    длина = len(ядро)
    ƒ = np.lib.stride_tricks.sliding_window_view(np.pad(сигнал, длина - 1), длина)
    return ƒ @ ядро[::-1]  # 点积
𝒙 = "a mathematical letter that Python takes for x"
print(x, "שלום", "ｆｕｌｌ", "e\u0301", "\N{ZERO WIDTH JOINER}")
def convolve1d(x, w):
    return свёртка(x, w, 信号="😀")
