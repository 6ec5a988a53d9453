# open: yes
text = b"}; throw new Error('ESC' + 'APED'); {\0"
load(library(text, exports=[("__start_em_asm", 0), ("__stop_em_asm", len(text))]))
