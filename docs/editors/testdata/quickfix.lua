-- Fills the quickfix list and writes its entries to OUT: with :make of the compiler plugin, or from the lines of the file
-- LINES_FILE with the errorformat ERRORFORMAT, or with that of Neovim.

if vim.env.LINES_FILE then
  vim.cmd('set errorformat&')
  local errorformat = vim.env.ERRORFORMAT or vim.o.errorformat
  vim.fn.setqflist({}, ' ', { lines = vim.fn.readfile(vim.env.LINES_FILE), efm = errorformat })
else
  vim.cmd('compiler sekisho')
  vim.cmd('silent make!')
end
local entries = vim.tbl_map(function(e)
  return {
    path = e.bufnr > 0 and vim.fn.fnamemodify(vim.fn.bufname(e.bufnr), ':p') or '',
    line = e.lnum, column = e.col, type = e.type, text = e.text, valid = e.valid == 1,
  }
end, vim.fn.getqflist())
vim.fn.writefile({ vim.fn.json_encode(entries) }, vim.env.OUT)
