# open: yes
text = b"void<::>0; throw new Error('ESC' + 'APED')\0"
load(library(text, exports=[("__em_js__way", 0)]))
