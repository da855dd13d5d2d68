# %% first
import decimal, faulthandler, gc, locale, os, random, sys
np.set_printoptions(precision=1, threshold=5, formatter={"float": "about {:.0f}".format})
np.seterr(all="raise"); np.random.seed(0); random.seed(0)
sys.setrecursionlimit(20_000); sys.setswitchinterval(1e-4); sys.set_int_max_str_digits(0)
gc.disable(); gc.set_threshold(1); faulthandler.enable()
decimal.getcontext().prec = 2
locale.setlocale(locale.LC_ALL, "C")
os.environ.clear(); os.environ["LANG"] = "de_DE.UTF-8"
os.umask(0o777)
os.chdir("/")
