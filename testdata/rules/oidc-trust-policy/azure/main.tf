resource "azuread_application_flexible_federated_identity_credential" "github" {
  issuer                     = "https://token.actions.githubusercontent.com"
  claims_matching_expression = "claims['sub'] matches 'repo:octo-org/*'" # want medium "every repository of an owner"
}

resource "azurerm_federated_identity_credential" "github" {
  issuer  = "https://token.actions.githubusercontent.com"
  subject = "repo:octo-org/app:ref:refs/heads/main"
}

resource "azuread_application" "owner" {
  display_name = "owner"
}

resource "azuread_service_principal" "owner" {
  client_id = azuread_application.owner.client_id
}

resource "azuread_application_federated_identity_credential" "owner" {
  application_id = azuread_application.owner.id
  issuer         = local.issuer
  subject        = "repo:octo-org/app:pull_request" # want high "pull requests, whose code nobody has looked at, with a role that may do everything"
}

resource "azurerm_role_assignment" "owner" {
  scope                = data.azurerm_subscription.current.id
  role_definition_name = "Owner"
  principal_id         = azuread_service_principal.owner.object_id
}

resource "azurerm_user_assigned_identity" "group" {
  name = "group"
}

resource "azurerm_federated_identity_credential" "group" {
  parent_id = azurerm_user_assigned_identity.group.id
  issuer    = "https://token.actions.githubusercontent.com"
  subject   = "repo:octo-org/app:pull_request" # want medium "pull requests, whose code nobody has looked at"
}

resource "azurerm_role_assignment" "group" {
  scope                = azurerm_resource_group.main.id
  role_definition_name = "Owner"
  principal_id         = azurerm_user_assigned_identity.group.principal_id
}
