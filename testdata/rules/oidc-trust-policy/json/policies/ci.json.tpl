{
  "Statement": [{
    "Effect": "Allow",
    "Principal": { "Federated": "arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com" },
    "Action": "sts:AssumeRoleWithWebIdentity",
    "Condition": { "StringLike": { "token.actions.githubusercontent.com:sub": [
      "repo:*/*:ref:refs/heads/deploy", // # want high "repositories whose owner anybody can be"
      ${jsonencode(subject)}
    ] } }
  }]
}
