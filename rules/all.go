// Package rules holds the checks of sekisho, one file and one page each.
package rules

import (
	"embed"

	"sekisho/lint"
)

//go:embed *.md
var pages embed.FS

// All returns the rules, sorted by id.
func All() lint.RuleSet {
	set := lint.RuleSet{
		actionlintRule(),
		adhocPackages(),
		anonymousDefinition(),
		archivedUses(),
		artifactPoisoning(),
		branchLifecycleSecrets(),
		broadSecretScope(),
		cachePoisoning(),
		checkoutTOCTOU(),
		concurrencyLimits(),
		custom(),
		dangerousTriggers(),
		dependabotCooldown(),
		dependabotCoverage(),
		dependabotExecution(),
		dependencyConfusion(),
		excessivePermissions(),
		forbiddenUses(),
		githubApp(),
		insecureTransport(),
		installScriptsWithSecret(),
		insufficientPermissions(),
		knownVulnerableActions(),
		longLivedCloudCredentials(),
		longRetentionDays(),
		misfeature(),
		missingEnvironment(),
		missingPermissions(),
		missingTimeout(),
		oidcOverexposed(),
		oidcTrustPolicy(),
		persistedCredentials(),
		personalAccessToken(),
		pushToProtectedBranch(),
		refVersionMismatch(),
		runnerNotSeparated(),
		secretInArtifact(),
		secretInBuildArg(),
		secretInCache(),
		secretInCommand(),
		secretInLog(),
		secretPosted(),
		secretToNetwork(),
		secretsOnAnyBranch(),
		secretsOnPullRequestTarget(),
		secretsOnUntrustedTrigger(),
		secretsOutsideEnv(),
		selfApproval(),
		selfHostedRunner(),
		selfRepository(),
		shellcheckRule(),
		spoofableBotCheck(),
		superfluousActions(),
		suppression(),
		syntaxRule(),
		templateInjection(),
		typosquatUses(),
		undocumentedPermissions(),
		unguardedCommentTrigger(),
		unmaskedSecret(),
		unneededPermissions(),
		unpinnedImages(),
		unpinnedTools(),
		unpinnedUses(),
		unresolvedUses(),
		unsoundCondition(),
		untrustedCheckout(),
		unverifiedDownload(),
		useTrustedPublishing(),
		xtraceWithSecrets(),
	}
	for _, r := range set {
		if page, err := pages.ReadFile(r.ID + ".md"); err == nil {
			r.Doc = string(page)
		}
	}
	return set
}
