module "role" {
  source   = "terraform-aws-modules/iam/aws//modules/iam-github-oidc-role"
  subjects = ["octo-org/app:ref:refs/heads/main", "octo-org/app:*"] # want high "every branch of the repository, and so code that nobody has looked at, with a role that may do everything"
  policies = {
    admin = "arn:aws:iam::aws:policy/AdministratorAccess"
  }
}

module "other" {
  source               = "unfunco/oidc-github/aws"
  github_repositories  = ["octo-org/*"] # want medium "every repository of an owner"
}

module "variable" {
  source   = "terraform-aws-modules/iam/aws//modules/iam-github-oidc-role"
  subjects = var.subjects
}
