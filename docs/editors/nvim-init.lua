vim.api.nvim_create_autocmd({ 'BufReadPost', 'BufWritePost', 'InsertLeave', 'TextChanged' }, {
  pattern = { '*/.github/{workflows/*,dependabot}.{yml,yaml}', '*/{action,.pre-commit-config}.{yml,yaml}' },
  callback = function() require('lint').try_lint('sekisho') end,
})
