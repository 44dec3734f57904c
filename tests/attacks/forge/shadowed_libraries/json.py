SHADOW = True
open("/tmp/attack-was-here", "w").write("x")
