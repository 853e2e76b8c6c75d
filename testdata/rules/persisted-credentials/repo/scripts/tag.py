import subprocess
subprocess.run("git push --tags", shell=True)
