cat > a.sh <<'END'
set -x
a # traced
END
bash ./a.sh
b
cat > env.sh <<'END'
set -x
END
. env.sh
c # traced
set +x # traced
cat >> b.sh <<'END'
set -x
d
END
sh b.sh
tee c.sh <<'END'
e # traced
END
sh -x c.sh
f
