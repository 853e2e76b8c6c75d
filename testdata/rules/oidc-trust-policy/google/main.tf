resource "google_iam_workload_identity_pool_provider" "open" {
  oidc {
    issuer_uri = "https://token.actions.githubusercontent.com" # want high "Google Cloud trusts the workflows of every repository"
  }
}

resource "google_iam_workload_identity_pool_provider" "owner" {
  attribute_condition = "assertion.repository_owner == 'octo-org'"
  oidc {
    issuer_uri = "https://token.actions.githubusercontent.com" # want medium "every repository of an owner"
  }
}

resource "google_iam_workload_identity_pool_provider" "exact" {
  attribute_condition = "assertion.repository_owner_id == '1' && assertion.repository == 'octo-org/app'"
  oidc {
    issuer_uri = "https://token.actions.githubusercontent.com"
  }
}

resource "google_iam_workload_identity_pool_provider" "variable" {
  attribute_condition = var.condition
  oidc {
    issuer_uri = "https://token.actions.githubusercontent.com"
  }
}

resource "google_iam_workload_identity_pool_provider" "cluster" {
  oidc {
    issuer_uri = "https://oidc.example.com"
  }
}

resource "vault_jwt_auth_backend_role" "open" {
  role_name = "ci" # want high "Vault trusts the workflows of every repository"
}

resource "vault_jwt_auth_backend_role" "glob" {
  role_name         = "ci"
  bound_claims_type = "glob"
  bound_claims = {
    sub = "repo:octo-org/app:*" # want medium "every branch of the repository"
  }
}

resource "vault_jwt_auth_backend_role" "exact" {
  role_name     = "ci"
  bound_subject = "repo:octo-org/app:ref:refs/heads/main"
}
