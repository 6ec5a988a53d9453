# open: yes
import _emrun_host

escaped(_emrun_host.started.bind.call.constructor("return 6 * 7")())
