resource "aws_iam_openid_connect_provider" "github" {
  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}

data "aws_iam_policy_document" "open" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"] # want high "AWS trusts the workflows of every repository on GitHub, as nothing is asked of the subject"
    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.github.arn]
    }
    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:aud"
      values   = ["sts.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "exact" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.github.arn]
    }
    condition {
      test     = "StringEquals"
      variable = "${replace(aws_iam_openid_connect_provider.github.url, "https://", "")}:sub"
      values = [
        "repo:octo-org/app:environment:production",
        "repo:octo-org/app:ref:refs/heads/main",
        "repo:octo-org/*", # no pattern: it equals nothing
      ]
    }
  }
}

data "aws_iam_policy_document" "wide" {
  statement {
    effect  = "Allow"
    actions = ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"]
    principals {
      type        = "Federated"
      identifiers = [local.github_oidc_arn]
    }
    condition {
      test     = "StringLike"
      variable = "token.actions.githubusercontent.com:sub"
      values = [
        "repo:*", # want high "repositories whose owner anybody can be"
        "repo:octo*/app:ref:refs/heads/main", # want high "repositories whose owner anybody can be"
        "*", # want high "every repository on GitHub"
        "repo:octo-org/*", # want medium "every repository of an owner"
        "repo:octo-org/*:ref:refs/heads/main", # want medium "every repository of an owner"
        "repo:octo-org/app:*", # want medium "every branch of the repository"
        "repo:${var.owner}/${var.name}:*", # want medium "every branch of the repository"
        "repo:octo-org/app:ref:refs/heads/*", # want medium "every branch of the repository"
        "repo:octo-org/app:pull_request", # want medium "pull requests, whose code nobody has looked at"
        "repo:octo-org/app:ref:refs/tags/v*",
        "repo:octo-org/app:ref:refs/heads/release/*",
        var.subject,
      ]
    }
  }
}

data "aws_iam_policy_document" "cluster" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.eks.arn]
    }
  }
}

data "aws_iam_policy_document" "claims" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"] # want medium "every branch of the repository"
    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.github.arn]
    }
    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:repository_id"
      values   = ["1"]
    }
  }
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.github.arn]
    }
    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:repository"
      values   = ["octo-org/app"]
    }
    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:environment"
      values   = ["production"]
    }
  }
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"] # want high "every repository on GitHub"
    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.github.arn]
    }
    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:ref"
      values   = ["refs/heads/main"]
    }
  }
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"] # want medium "every repository of an owner"
    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.github.arn]
    }
    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:repository_owner"
      values   = ["octo-org"]
    }
  }
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.github.arn]
    }
    dynamic "condition" {
      for_each = var.conditions
      content {}
    }
  }
  statement {
    effect  = "Deny"
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.github.arn]
    }
  }
}

resource "aws_iam_role" "computed" {
  assume_role_policy = jsonencode({
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = aws_iam_openid_connect_provider.github.arn }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = {
        StringLike = {
          "token.actions.githubusercontent.com:sub" = concat(
            [for r in var.repositories : "repo:octo-org/${r}:*" if r != "app"], # want medium "every branch of the repository"
            [format("repo:%s/%s:*", var.owner, var.name)], # want medium "every branch of the repository"
            [for b in var.branches : "repo:octo-org/app:ref:refs/heads/${b}"],
            var.others,
          )
        }
      }
    }]
  })
}
