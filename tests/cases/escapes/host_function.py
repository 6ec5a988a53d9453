# open: yes
import _emrun_host

escaped(_emrun_host.typed.constructor("return 6 * 7")())
