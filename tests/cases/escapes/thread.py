# open: no
import threading

threading.Thread(target=escaped).start()
