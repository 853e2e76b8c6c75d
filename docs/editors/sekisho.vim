" compiler/sekisho.vim: `:compiler sekisho`, then `:make` in the folder of the repository, and `:copen`.
let current_compiler = 'sekisho'

CompilerSet makeprg=sekisho\ --format\ concise
CompilerSet errorformat=sekisho:\ %f:%l:%c:\ %m,%f:%l:%c:\ %t%*[^:]:\ %m

" sekisho counts the characters of a line, the quickfix list its bytes.
function! s:CountBytes() abort
  let l:entries = getqflist()
  for l:entry in filter(copy(l:entries), 'v:val.bufnr > 0 && filereadable(bufname(v:val.bufnr))')
    let l:line = get(readfile(bufname(l:entry.bufnr), '', l:entry.lnum), l:entry.lnum - 1, '')
    let l:entry.col = byteidxcomp(l:line, l:entry.col - 1) + 1
  endfor
  call setqflist([], 'r', {'items': l:entries})
endfunction

augroup sekisho
  autocmd!
  autocmd QuickFixCmdPost make if &makeprg =~# '^sekisho' | call s:CountBytes() | endif
augroup END
