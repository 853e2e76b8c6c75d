resource "azuread_application_flexible_federated_identity_credential" "github" {
  issuer                     = "https://token.actions.githubusercontent.com"
  claims_matching_expression = "claims['sub'] matches 'repo:octo-org/*'" # want medium "every repository of an owner"
}

resource "azurerm_federated_identity_credential" "github" {
  issuer  = "https://token.actions.githubusercontent.com"
  subject = "repo:octo-org/app:ref:refs/heads/main"
}
