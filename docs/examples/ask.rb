# Asks whichsetd which datasets images are in, with redis-rb.
# usage: ruby ask.rb SOCKET IDENTIFIER...
require "redis"

client = Redis.new(path: ARGV.shift)
begin
  answers = client.pipelined { |questions| ARGV.each { |identifier| questions.smembers(identifier) } }
rescue Redis::CommandError => error
  abort error.message
end
ARGV.zip(answers) do |identifier, slugs|
  puts "#{identifier}: #{slugs.empty? ? "in no dataset" : slugs.join(", ")}"
end
