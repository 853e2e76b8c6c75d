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
  attribute_condition = "assertion.repository == 'octo-org/app' && assertion.ref == 'refs/heads/main'"
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

resource "google_iam_workload_identity_pool_provider" "branches" {
  attribute_condition = "assertion.repository_owner_id == '1' && assertion.repository == '${var.name}'"
  oidc {
    issuer_uri = "https://token.actions.githubusercontent.com" # want strict medium "every branch of the repository"
  }
}

resource "google_iam_workload_identity_pool_provider" "prefix" {
  attribute_condition = "assertion.repository.startsWith('octo-org/')"
  oidc {
    issuer_uri = "https://token.actions.githubusercontent.com" # want medium "every repository of an owner"
  }
}

resource "google_iam_workload_identity_pool_provider" "main" {
  attribute_condition = "assertion.ref == 'refs/heads/main'"
  oidc {
    issuer_uri = "https://token.actions.githubusercontent.com" # want high "every repository on GitHub"
  }
}

resource "google_iam_workload_identity_pool_provider" "joined" {
  attribute_condition = "${local.condition} && assertion.ref == 'refs/heads/main'"
  oidc {
    issuer_uri = "https://token.actions.githubusercontent.com"
  }
}

resource "google_iam_workload_identity_pool_provider" "null" {
  attribute_condition = null
  oidc {
    issuer_uri = "https://token.actions.githubusercontent.com" # want high "every repository on GitHub"
  }
}

resource "google_iam_workload_identity_pool_provider" "heredoc" {
  attribute_condition = <<EOT
attribute.repository == "octo-org/app" &&
assertion.environment == "production"
EOT
  oidc {
    issuer_uri = "https://token.actions.githubusercontent.com"
  }
}

resource "google_iam_workload_identity_pool_provider" "bound" {
  workload_identity_pool_id = google_iam_workload_identity_pool.bound.workload_identity_pool_id
  oidc {
    issuer_uri = "https://token.actions.githubusercontent.com" # want strict medium "every branch of the repository"
  }
}

resource "google_service_account_iam_member" "bound" {
  service_account_id = google_service_account.bound.name
  role               = "roles/iam.workloadIdentityUser"
  member = "principalSet://iam.googleapis.com/${google_iam_workload_identity_pool.bound.name}/attribute.repository/octo-org/app"
}

resource "google_iam_workload_identity_pool_provider" "subject" {
  workload_identity_pool_id = google_iam_workload_identity_pool.subject.workload_identity_pool_id
  oidc {
    issuer_uri = "https://token.actions.githubusercontent.com"
  }
}

resource "google_service_account_iam_member" "subject" {
  service_account_id = google_service_account.subject.name
  role               = "roles/iam.workloadIdentityUser"
  member = "principal://iam.googleapis.com/${google_iam_workload_identity_pool.subject.name}/subject/repo:octo-org/app:environment:production"
}

resource "google_iam_workload_identity_pool_provider" "all" {
  workload_identity_pool_id = google_iam_workload_identity_pool.all.workload_identity_pool_id
  oidc {
    issuer_uri = "https://token.actions.githubusercontent.com" # want high "every repository on GitHub"
  }
}

resource "google_service_account_iam_binding" "all" {
  service_account_id = google_service_account.all.name
  role               = "roles/iam.workloadIdentityUser"
  members = ["principalSet://iam.googleapis.com/${google_iam_workload_identity_pool.all.name}/*"]
}

resource "google_iam_workload_identity_pool_provider" "both" {
  workload_identity_pool_id = google_iam_workload_identity_pool.both.workload_identity_pool_id
  attribute_condition = "assertion.ref == 'refs/heads/main'"
  oidc {
    issuer_uri = "https://token.actions.githubusercontent.com"
  }
}

resource "google_service_account_iam_member" "both" {
  service_account_id = google_service_account.both.name
  role               = "roles/iam.workloadIdentityUser"
  member = "principalSet://iam.googleapis.com/${google_iam_workload_identity_pool.both.name}/attribute.repository/octo-org/app"
}

resource "google_iam_workload_identity_pool_provider" "mighty" {
  workload_identity_pool_id = google_iam_workload_identity_pool.mighty.workload_identity_pool_id
  oidc {
    issuer_uri = "https://token.actions.githubusercontent.com" # want high "every branch of the repository, and so code that nobody has looked at, with a role that may do everything"
  }
}

resource "google_service_account_iam_member" "mighty" {
  service_account_id = google_service_account.mighty.name
  role               = "roles/iam.workloadIdentityUser"
  member = "principalSet://iam.googleapis.com/${google_iam_workload_identity_pool.mighty.name}/attribute.repository/octo-org/app"
}

resource "google_service_account" "mighty" {
  account_id = "mighty"
}

resource "google_project_iam_member" "mighty" {
  for_each = toset(["roles/run.admin", "roles/owner"])
  role     = each.value
  member   = "serviceAccount:${google_service_account.mighty.email}"
}
