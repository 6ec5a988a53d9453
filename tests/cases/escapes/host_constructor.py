# open: yes
import _emrun_host

escaped(_emrun_host.constructor.constructor("return 6 * 7")())
