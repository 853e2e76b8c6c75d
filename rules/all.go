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
		aiAgentExposure(),
		aiPromptInjection(),
		anonymousDefinition(),
		archivedUses(),
		argumentInjection(),
		artifactPoisoning(),
		branchLifecycleSecrets(),
		broadSecretScope(),
		cachePoisoning(),
		checkoutTOCTOU(),
		codeownersMissingWorkflows(),
		concurrencyLimits(),
		custom(),
		dangerousTriggers(),
		debugLogging(),
		dependabotCooldown(),
		dependabotCoverage(),
		dependabotExecution(),
		dependencyConfusion(),
		envFileCommitted(),
		excessivePermissions(),
		forbiddenUses(),
		githubApp(),
		githubEnv(),
		githubOutput(),
		hardcodedCredentials(),
		insecureCommands(),
		insecureTransport(),
		installScriptsWithSecret(),
		insufficientPermissions(),
		knownVulnerableActions(),
		longLivedCloudCredentials(),
		longRetentionDays(),
		maliciousWorkflow(),
		metadataAccess(),
		misfeature(),
		missingEnvironment(),
		missingPermissions(),
		missingTimeout(),
		noSecretScan(),
		obfuscatedExec(),
		obfuscation(),
		oidcOverexposed(),
		oidcTrustPolicy(),
		overprovisionedSecrets(),
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
		secretsInherit(),
		secretsOnAnyBranch(),
		secretsOnPullRequestTarget(),
		secretsOnUntrustedTrigger(),
		secretsOutsideEnv(),
		securityStepIgnored(),
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
		unsoundContains(),
		unsoundTernary(),
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
