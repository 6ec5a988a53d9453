# open: yes
text = b"throw new Error('ESC' + 'APED')\0"
run = b"\x23\x00\x10\x00"  # global.get 0, call 0
load(library(text, types=[b"\x60\x01\x7f\x00"], imports=[("emscripten_run_script", 1)], body=run))
