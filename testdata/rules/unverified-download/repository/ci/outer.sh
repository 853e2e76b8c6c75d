. ci/install.sh
