git tag v1
git push --tags
