print "not Python 3: {{ a template }}"
