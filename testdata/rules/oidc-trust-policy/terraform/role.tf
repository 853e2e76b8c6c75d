resource "aws_iam_role" "encoded" {
  name = "ci"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = aws_iam_openid_connect_provider.github.arn }
      Condition = {
        StringLike = {
          "token.actions.githubusercontent.com:sub" : "repo:octo-org/app:*" # want high "every branch of the repository, and so code that nobody has looked at, with a role that may do everything"
        }
      }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "encoded" {
  role       = aws_iam_role.encoded.name
  policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}

resource "aws_iam_role" "text" {
  managed_policy_arns = ["arn:aws:iam::aws:policy/AdministratorAccess"] # want medium "a role that workflows assume may do everything"
  assume_role_policy  = <<EOF2
{
  "Statement": [
    {
      "Effect": "Allow",
      "Action": "sts:AssumeRoleWithWebIdentity",
      "Principal": { "Federated": "${aws_iam_openid_connect_provider.github.arn}" },
      "Condition": {
        "StringEquals": { "token.actions.githubusercontent.com:sub": "repo:octo-org/app:environment:production" }
      }
    }
  ]
}
EOF2
}

resource "aws_iam_role" "document" {
  assume_role_policy = data.aws_iam_policy_document.github.json
}

resource "aws_iam_role_policy" "document" {
  role = aws_iam_role.document.id
  policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = ["*"], Resource = "*" }] # want medium "may do everything"
  })
}

data "aws_iam_policy_document" "github" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = [local.github]
    }
    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:sub"
      values   = ["repo:octo-org/app:ref:refs/heads/main"]
    }
  }
}
