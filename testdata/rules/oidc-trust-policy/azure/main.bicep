param name string = 'app'

resource credential 'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials@2023-01-31' = {
  name: 'github'
  properties: {
    issuer: 'https://token.actions.githubusercontent.com'
    subject: 'repo:octo-org/${name}:pull_request' // # want medium "Azure trusts pull requests"
    audiences: [
      'api://AzureADTokenExchange'
    ]
  }
}

resource exact 'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials@2023-01-31' = {
  properties: {
    issuer: 'https://token.actions.githubusercontent.com'
    subject: 'repo:octo-org/app:environment:production'
  }
}

resource conditional 'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials@2023-01-31' = if (preview) {
  properties: {
    issuer: issuer
    subject: 'repo:octo-org/app:pull_request' // # want medium "Azure trusts pull requests"
  }
}

resource each 'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials@2023-01-31' = [for name in names: {
  properties: {
    issuer: 'https://token.actions.githubusercontent.com'
    subject: 'repo:octo-org/${name}:pull_request' // # want medium "Azure trusts pull requests"
  }
}]

resource cluster 'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials@2023-01-31' = {
  properties: {
    issuer: issuer
    subject: 'system:serviceaccount:default:app'
  }
}
